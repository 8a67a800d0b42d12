// The client for a member of an index, chosen by its kind and the scheme of its address.
import { folderIndex } from './folder-index.ts';
import { httpIndex, type HttpIndexDependencies } from './http-index.ts';
import type { IndexClient } from './index-client.ts';
import type { IndexMember } from './index-definition.ts';
import { linksIndex } from './links-index.ts';

export function openIndexMember(member: IndexMember, dependencies: HttpIndexDependencies): IndexClient {
  if (member.kind === 'links') return linksIndex(member.url, dependencies);
  return member.url.startsWith('file:') ? folderIndex(member.url) : httpIndex(member.url, dependencies);
}
