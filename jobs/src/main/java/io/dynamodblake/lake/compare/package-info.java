/**
 * Whether two sets of items are equal, where they are not, and the changes that lead from one to
 * the other.
 */
package io.dynamodblake.lake.compare;
