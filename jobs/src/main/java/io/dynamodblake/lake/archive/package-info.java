/** Change records of archives that others made of a stream. */
package io.dynamodblake.lake.archive;
