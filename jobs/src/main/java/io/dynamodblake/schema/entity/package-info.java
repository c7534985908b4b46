/**
 * Kinds of items in a single-table design: the rules that tell them apart, their file, and what
 * finds them.
 */
package io.dynamodblake.schema.entity;
