// The words of `troop`: nouns, then verbs; a command's code is loaded when it is called, so that `--help` is quick.
import { Command } from 'commander';
import { TROOP_VERSION } from '../../shared/runtime/version.ts';
import { addAgentCommands } from './nouns/agent.ts';
import { addCampaignCommands } from './nouns/campaign.ts';
import { addInspectionCommands } from './nouns/inspection.ts';
import { addKnowledgeCommands } from './nouns/knowledge.ts';
import { addServeCommands } from './nouns/serve.ts';
import { addStackCommands } from './nouns/stack.ts';
import { addTokenCommands } from './nouns/token.ts';

export function troopProgram(finish: (status: number) => void): Command {
  const program = new Command('troop')
    .description('Which resolvable versions of a Python stack are fast, slow or broken on your own hardware?')
    .version(TROOP_VERSION)
    .showHelpAfterError('(--help shows the form)')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  troop demo                                       everything once, on this machine
  troop up                                         coordinator and one local agent
  troop knowledge sync 'numpy>=1.24' --latest 10
  troop campaign create -f campaign.yaml && troop campaign watch my-campaign
  troop token create > token                       for another machine

Exit status: 0 done, 1 the answer is no, 2 usage, 3 unreachable, 4 not authenticated, 5 not found, 6 conflict,
8 still running, 130 interrupted.`,
    );
  for (const add of [
    addServeCommands,
    addKnowledgeCommands,
    addStackCommands,
    addCampaignCommands,
    addInspectionCommands,
    addAgentCommands,
    addTokenCommands,
  ]) {
    add(program, finish);
  }
  return program;
}
