/** Object stores behind a small interface, for reading. */
package io.dynamodblake.io;
