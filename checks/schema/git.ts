// Reads from git, without touching the working tree, which commit to compare with and the files of that commit.
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';

/** git cannot provide what a check needs. The message is one sentence that says what to do. */
export class GitError extends Error {
  override name = 'GitError';
}

export interface Repository {
  root: string;
}

export interface Commit {
  id: string;
  /** The name for the report: main (1a2b3c4). */
  label: string;
}

/** The repository that a file lies in. Throws GitError. */
export function findRepository(file: string): Repository {
  const folder = realpathSync(dirname(file));
  const root = runGit(folder, ['rev-parse', '--show-toplevel']);
  if (root === undefined) {
    throw new GitError(
      `${formatPath(folder)} is in no git repository, so there is nothing to compare with; run "git init" and commit there`,
    );
  }
  return { root: realpathSync(root) };
}

/** Throws GitError for a name that git does not know. */
export function findCommit(repository: Repository, ref: string): Commit {
  const id = resolveCommit(repository, ref);
  if (id === undefined)
    throw new GitError(
      `This repository has no commit "${ref}"; fetch it, or name another: --against <git ref>`,
    );
  return { id, label: id.startsWith(ref) ? id.slice(0, 7) : `${ref} (${id.slice(0, 7)})` };
}

/** The commit that is assumed to be deployed: where this branch left main, or the last commit on main itself. Throws GitError. */
export function findDefaultBase(repository: Repository): Commit {
  if (resolveCommit(repository, 'HEAD') === undefined) {
    throw new GitError('This repository has no commit yet, so there is nothing to compare with; commit once');
  }
  if (runGit(repository.root, ['symbolic-ref', '--short', '--quiet', 'HEAD']) === 'main')
    return findCommit(repository, 'HEAD');
  // A checkout in CI often has no branch but its own.
  const main = ['main', 'origin/main'].find((name) => resolveCommit(repository, name) !== undefined);
  if (main === undefined)
    throw new GitError(
      'This repository has no branch main; name the commit to compare with: --against <git ref>',
    );
  const id = runGit(repository.root, ['merge-base', 'HEAD', main]);
  if (id === undefined)
    throw new GitError(`This branch and ${main} share no commit; name one: --against <git ref>`);
  return { id, label: `where it left ${main} (${id.slice(0, 7)})` };
}

/** Undefined when the commit has no such file, or the path is outside the repository. */
export function readFileAt(repository: Repository, commit: Commit, path: string): string | undefined {
  return runGitExactly(repository.root, ['show', `${commit.id}:${path}`]);
}

/** The files of a folder at the commit, without subfolders. */
export function listFilesAt(repository: Repository, commit: Commit, folder: string): string[] {
  const where = folder === '' ? [] : ['--', `${folder}/`];
  const listed = runGitExactly(repository.root, ['ls-tree', '-z', '--name-only', commit.id, ...where]) ?? '';
  return listed.split('\0').filter((path) => path !== '');
}

/** The path as git writes it; undefined outside the repository. The last parts of the path need not exist any more. */
export function findPathIn({ root }: Repository, file: string): string | undefined {
  const path = relative(root, resolveLinks(file)).split(sep).join('/');
  return path === '..' || path.startsWith('../') ? undefined : path;
}

/** Resolves the symbolic links of the part of the path that exists. */
function resolveLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    const parent = dirname(path);
    if (parent === path) throw cause;
    return `${resolveLinks(parent)}${path.slice(parent.length)}`;
  }
}

function resolveCommit({ root }: Repository, ref: string): string | undefined {
  return runGit(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
}

/** The output of git, trimmed; undefined when git fails. */
function runGit(folder: string, args: readonly string[]): string | undefined {
  return runGitExactly(folder, args)?.trim();
}

/** The output of git as it is; undefined when git fails. */
function runGitExactly(folder: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new GitError('git is not installed; the check reads the version to compare with from git', {
        cause,
      });
    return undefined;
  }
}

function formatPath(folder: string): string {
  return relative(process.cwd(), folder) || 'This folder';
}
