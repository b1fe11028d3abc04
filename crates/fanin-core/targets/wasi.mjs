// Runs a WASI program as the shell runs a native one: arguments in, exit status out. A trap ends it with an error.
//
//     node --no-warnings wasi.mjs PROGRAM.wasm [ARGUMENT...]

import { readFile } from "node:fs/promises";
import { argv, exit } from "node:process";
import { WASI } from "node:wasi";

// What the standard library asks of a C library since the program's was made. It refuses threads as newer ones do.
const ENOTSUP = 58;
const env = {
  pthread_attr_init: () => 0,
  pthread_attr_setstacksize: () => 0,
  pthread_attr_destroy: () => 0,
  pthread_create: () => ENOTSUP,
  pthread_join: () => ENOTSUP,
  pthread_detach: () => ENOTSUP,
};

const wasi = new WASI({ version: "preview1", args: argv.slice(2), returnOnExit: true });
const program = await WebAssembly.compile(await readFile(argv[2]));
exit(wasi.start(await WebAssembly.instantiate(program, { env, ...wasi.getImportObject() })));
