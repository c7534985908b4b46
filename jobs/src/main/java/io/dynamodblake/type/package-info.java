/**
 * Rules of values that hold everywhere: descriptors, numbers, base64, UTF-8, paths, the size of an
 * item.
 */
package io.dynamodblake.type;
