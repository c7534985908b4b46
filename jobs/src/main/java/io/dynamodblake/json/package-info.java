/** Bytes of DynamoDB JSON to the tape of an item, and items to bytes; the hot path. */
package io.dynamodblake.json;
