/** Whether two sets of items are equal, and where they are not. */
package io.dynamodblake.lake.compare;
