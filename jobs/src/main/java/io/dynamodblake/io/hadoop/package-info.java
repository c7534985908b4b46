/** The object stores that Hadoop knows, and small files that are replaced in one step. */
package io.dynamodblake.io.hadoop;
