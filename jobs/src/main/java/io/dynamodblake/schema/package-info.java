/**
 * Types observed and merged, columns planned and named, evolution, protection, {@code schema.json}.
 */
package io.dynamodblake.schema;
