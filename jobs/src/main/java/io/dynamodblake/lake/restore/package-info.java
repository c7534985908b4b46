/** The way back: a lake table, or rows of others, to files for an import. */
package io.dynamodblake.lake.restore;
