// An instance of the follower of followers-run.ts as a process, so that it can be killed: node follower-process.ts <URL of the database>. It
// sends a message when it runs, and ends with the process that has started it.
import { DataSource } from 'typeorm';
import { createChangeHub } from '../../../platform/changes/change-hub.ts';
import { createReadShop, startLibraryInstance } from '../../platform/followers/library.ts';

/** Time between two notices, in milliseconds. A process of its own gets none from the writers. */
const noticeMs = 20;

process.once('disconnect', () => process.exit());
const [, , url = ''] = process.argv;
const db = new DataSource({ type: 'postgres', url, poolSize: 1 });
await db.initialize();
const hub = createChangeHub({ isReceiving: true });
await startLibraryInstance(url, createReadShop(db, hub));
setInterval(hub.publish, noticeMs);
process.send?.('running');
