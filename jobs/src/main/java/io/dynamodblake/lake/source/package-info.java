/** The data source {@code dynamodb-lake}; a thin shell. */
package io.dynamodblake.lake.source;
