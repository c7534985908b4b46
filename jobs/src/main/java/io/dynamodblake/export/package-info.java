/**
 * Manifests, data files, checksums, what describes the table; finding, relocating and packing
 * exports.
 */
package io.dynamodblake.export;
