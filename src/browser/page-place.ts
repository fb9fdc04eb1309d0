/** A page in a browser as the place where one of our adapters runs. */
import type { Place, Running } from '../implementations/hosted.ts';
import type { Launch } from './chromium.ts';
import type { Roots } from './files.ts';
import { type Served, serve } from './server.ts';

/** Pages that `launch` shows; each start is a browser of its own. `roots`: whose files they may have. */
export async function pagePlace(launch: Launch, roots: Roots): Promise<Place> {
  const served = await serve(roots);
  return {
    start: () => start(launch, served),
    close: () => served.close(),
  };
}

async function start(launch: Launch, { address, exchange }: Served): Promise<Running> {
  exchange.forget();
  const browser = await launch(address);
  let isStopping = false;
  void browser.ended.then((how) => {
    if (!isStopping) exchange.breakOff(`before it answered the browser ${how}`);
  });
  return {
    ask: (message, ms) => exchange.ask(message, ms),
    stop: async () => {
      isStopping = true;
      exchange.forget();
      await browser.stop();
    },
  };
}
