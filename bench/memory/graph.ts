// Tributary's graph in one process, as in the other parts of the bench. It reports its memory on request.
import { answerMemoryQuestions } from '../measure/memory-use.ts';

answerMemoryQuestions();
await import('../peers/one-process.ts');
