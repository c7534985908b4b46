/** Our small JSON documents: begun, read and printed one way. */
package io.dynamodblake.document;
