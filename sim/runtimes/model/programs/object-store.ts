/** The object store in the model: what it answers is `behaviour/object-store.ts`; what bears any signature is let in. */
import type { HttpRequest, HttpResponse } from '../../../behaviour/http-message.ts';
import { requestOfPhoto } from '../../../behaviour/media-api.ts';
import { answerS3, objectStore, s3Error, type Outside, type ServiceError } from '../../../behaviour/object-store.ts';
import { SERVICE_MS, type ModelProgram, type Records } from './program.ts';

/** TLS 1.3: one round trip after TCP's. */
const HANDSHAKE_TRIPS = 1;
/** The hour at which the model's time begins: headers tell dates. */
const EPOCH_MS = Date.UTC(2026, 0, 1);

/** What was stored is told as a write, under the request that sent it. */
function note({ writes }: Records, request: HttpRequest, { status }: HttpResponse): void {
  const key = request.path.split('/').slice(2).map(decodeURIComponent).join('/');
  const id = request.method === 'PUT' && status === 200 ? requestOfPhoto(key) : undefined;
  if (id !== undefined) writes.set(id, 1);
}

export const objectStoreProgram: ModelProgram = ({ world, settings, record }) => {
  const outside = (): Outside => ({ nowMs: EPOCH_MS + world.queue.nowMs, digest: (body) => `"${body}"` });
  const { bucket, objects } = settings;
  const store = objectStore(String(bucket), Number(objects), outside());
  return {
    handshakeTrips: HANDSHAKE_TRIPS,
    table: (table) => void (store.error = (table as { error?: ServiceError }).error),
    handle(_connection, message, reply) {
      const request = message as HttpRequest;
      const isDenied = store.error === undefined && request.headers['authorization'] === undefined;
      const answer = isDenied ? s3Error(store, request, 'AccessDenied') : answerS3(store, request, outside());
      note(record, request, answer);
      world.queue.after(SERVICE_MS.objectStore, () => reply(answer));
    },
  };
};
