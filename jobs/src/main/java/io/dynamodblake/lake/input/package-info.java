/** Rows that stand for items: of a lake table, of files by others, of a catalog's table. */
package io.dynamodblake.lake.input;
