/** Snapshots made and published, one run each. */
package io.dynamodblake.lake.write;
