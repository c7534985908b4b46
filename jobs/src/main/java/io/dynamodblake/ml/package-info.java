/**
 * Training sets: rows of label and features as of a moment, their split, and what is learned from
 * train.
 */
package io.dynamodblake.ml;
