/**
 * The account of all attributes of an export, as text, JSON and a page, and of what a lake table is
 * made of.
 */
package io.dynamodblake.job.inspect;
