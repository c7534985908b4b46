/** What a lake table is: layout, snapshots, the pointer to the current one, the run report. */
package io.dynamodblake.lake;
