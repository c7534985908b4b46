/** Our small JSON documents: read and printed one way. */
package io.dynamodblake.document;
