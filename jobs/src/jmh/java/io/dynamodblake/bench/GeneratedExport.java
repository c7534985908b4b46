package io.dynamodblake.bench;

import java.nio.file.Path;

/**
 * An export that was made here.
 *
 * @param folder the one with the manifests
 * @param jsonBytes bytes of all data files when decompressed
 */
record GeneratedExport(Path folder, long jsonBytes) {}
