/** Manifests, data files, checksums; finding, relocating and packing exports. */
package io.dynamodblake.export;
