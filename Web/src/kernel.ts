// What the page needs from the start, as one chunk. The bundler imports this into every file, so that it does not cut the
// common parts into a chunk for each set of lazy parts that share them: many small files compress worse than one.

import "./App";
