// What git knows, read without touching the working tree: which commit to compare with, and files as they were there.
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';

/** The repository cannot answer: one sentence that says what to do. */
export class GitError extends Error {
  override name = 'GitError';
}

export interface Repository {
  root: string;
}

export interface Commit {
  id: string;
  /** As people say it: main (1a2b3c4). */
  label: string;
}

/** The repository that a file lies in. Throws GitError. */
export function repositoryOf(file: string): Repository {
  const folder = realpathSync(dirname(file));
  const root = git(folder, ['rev-parse', '--show-toplevel']);
  if (root === undefined) {
    throw new GitError(
      `${shown(folder)} is in no git repository, so there is nothing to compare with; run "git init" and commit there`,
    );
  }
  return { root: realpathSync(root) };
}

/** Throws GitError for a name that git does not know. */
export function commitNamed(repository: Repository, ref: string): Commit {
  const id = resolve(repository, ref);
  if (id === undefined)
    throw new GitError(`git knows no commit "${ref}" here; fetch it, or name another: --against <git ref>`);
  return { id, label: id.startsWith(ref) ? id.slice(0, 7) : `${ref} (${id.slice(0, 7)})` };
}

/** What is deployed by custom: where this branch left main; on main itself, its last commit. Throws GitError. */
export function defaultBase(repository: Repository): Commit {
  if (resolve(repository, 'HEAD') === undefined) {
    throw new GitError('This repository has no commit yet, so there is nothing to compare with; commit once');
  }
  if (git(repository.root, ['symbolic-ref', '--short', '--quiet', 'HEAD']) === 'main')
    return commitNamed(repository, 'HEAD');
  // A checkout made for CI has often no branch but its own.
  const main = ['main', 'origin/main'].find((name) => resolve(repository, name) !== undefined);
  if (main === undefined)
    throw new GitError('There is no branch main here; name what to compare with: --against <git ref>');
  const id = git(repository.root, ['merge-base', 'HEAD', main]);
  if (id === undefined)
    throw new GitError(`This branch and ${main} share no commit; name one: --against <git ref>`);
  return { id, label: `where it left ${main} (${id.slice(0, 7)})` };
}

/** Undefined where the commit has no such file, or the path lies outside of the repository. */
export function fileAt(repository: Repository, commit: Commit, path: string): string | undefined {
  return git(repository.root, ['show', `${commit.id}:${path}`], false);
}

/** The files of a folder as it was, not of the folders in it. */
export function filesAt(repository: Repository, commit: Commit, folder: string): string[] {
  const where = folder === '' ? [] : ['--', `${folder}/`];
  const listed = git(repository.root, ['ls-tree', '-z', '--name-only', commit.id, ...where], false) ?? '';
  return listed.split('\0').filter((path) => path !== '');
}

/** The path as git writes it; undefined where it lies outside. The last part need not exist any more. */
export function pathIn({ root }: Repository, file: string): string | undefined {
  const path = relative(root, realFolder(file)).split(sep).join('/');
  return path === '..' || path.startsWith('../') ? undefined : path;
}

/** Without the symbolic links on the way to the part that exists. */
function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    const parent = dirname(path);
    if (parent === path) throw cause;
    return `${realFolder(parent)}${path.slice(parent.length)}`;
  }
}

function resolve({ root }: Repository, ref: string): string | undefined {
  return git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
}

/** What git prints; undefined where it refuses. */
function git(folder: string, args: readonly string[], trim = true): string | undefined {
  try {
    const text = execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    });
    return trim ? text.trim() : text;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new GitError('git is not installed; it knows what the change is compared with', { cause });
    return undefined;
  }
}

function shown(folder: string): string {
  return relative(process.cwd(), folder) || 'This folder';
}
