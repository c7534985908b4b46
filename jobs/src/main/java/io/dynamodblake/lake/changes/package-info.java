/** Change records brought together by their keys, and with the rows of a lake table. */
package io.dynamodblake.lake.changes;
