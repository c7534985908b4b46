/** Sets of items wherever they lie, and their keys. */
package io.dynamodblake.lake.items;
