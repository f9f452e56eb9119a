// A log for tests that writes nothing.
import { readEnvironment } from '../../platform/process/environment.ts';
import { openLog } from '../../platform/process/log.ts';

export const silent = openLog(readEnvironment({ LOG_LEVEL: 'silent' }), 'test');
