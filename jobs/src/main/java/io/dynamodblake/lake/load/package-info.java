/** Items into a live table, and what it has beside them out of it. */
package io.dynamodblake.lake.load;
