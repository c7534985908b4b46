/** An item to columns and back, by trees that are built once for a schema; nothing else. */
package io.dynamodblake.flatten;
