// PEP 503 (https://peps.python.org/pep-0503/) and any page of links to files: anchors with a SHA-256 fragment and the
// data attributes of PEP 592 (yanked), 658 and 714 (metadata). `base href` is honoured; what is no file is skipped.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { resolveLink, withoutCredentials } from '../../../shared/pip/credentials.ts';
import type { ProjectFile, ProjectPage } from './index-client.ts';
import { htmlTags, type HtmlTag } from './html-tags.ts';

/** Reads the HTML of a project page or a page of links that came from `pageUrl`. */
export function parseHtmlPage(html: string, pageUrl: string): ProjectPage {
  const files: ProjectFile[] = [];
  let unreadable = 0;
  let baseUrl = pageUrl;
  let hasBase = false;
  for (const tag of htmlTags(html)) {
    if (tag.name === 'meta') checkRepositoryVersion(tag, pageUrl);
    const href = tag.attributes.get('href')?.trim();
    if (href === undefined) continue;
    if (tag.name === 'base' && !hasBase && URL.canParse(href, pageUrl)) {
      baseUrl = new URL(href, pageUrl).href;
      hasBase = true;
    }
    if (tag.name !== 'a') continue;
    const file = readAnchor(tag, href, baseUrl);
    if (file === null) unreadable += 1;
    else files.push(file);
  }
  return { files, unreadable };
}

function readAnchor(tag: HtmlTag, href: string, baseUrl: string): ProjectFile | null {
  const url = resolveLink(href, baseUrl);
  if (url === null) return null;
  const filename = lastSegment(url);
  if (filename === '') return null;
  const { attributes } = tag;
  const requiresPython = attributes.get('data-requires-python')?.trim() ?? '';
  return {
    filename,
    url,
    sha256: /[#&]sha256=([0-9a-f]{64})(?![0-9a-f])/i.exec(href)?.[1]?.toLowerCase() ?? null,
    size: null,
    uploadTime: null,
    requiresPython: requiresPython === '' ? null : requiresPython,
    yanked: attributes.has('data-yanked'),
    metadata: metadataOf(attributes.get('data-core-metadata') ?? attributes.get('data-dist-info-metadata')),
  };
}

/** `true` or `sha256=<hex>`; anything else (`false`, another hash) promises nothing that can be checked. */
function metadataOf(value: string | undefined): ProjectFile['metadata'] {
  if (value === undefined || value === 'false') return null;
  return { sha256: /^sha256=([0-9a-f]{64})$/i.exec(value)?.[1]?.toLowerCase() ?? null };
}

function lastSegment(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  const segment = path.slice(path.lastIndexOf('/') + 1);
  try {
    const name = decodeURIComponent(segment);
    return name.includes('/') ? '' : name;
  } catch {
    return '';
  }
}

/** PEP 629: a page of a later major version may mean other things by the same words. */
function checkRepositoryVersion(tag: HtmlTag, url: string): void {
  if (tag.attributes.get('name') !== 'pypi:repository-version') return;
  const version = tag.attributes.get('content') ?? '1.0';
  if (version.startsWith('1.')) return;
  throw new TroopError('TROOP-1112', {
    what: 'the page',
    url: withoutCredentials(url),
    reason: `repository version ${version}`,
  });
}
