/** When two items, or two keys, are the same. */
package io.dynamodblake.identity;
