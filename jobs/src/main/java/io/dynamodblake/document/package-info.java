/**
 * Our small JSON documents: begun, read and printed one way; and what our HTML pages have in
 * common.
 */
package io.dynamodblake.document;
