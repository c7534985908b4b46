/** The account of all attributes of an export, as text, JSON and a page. */
package io.dynamodblake.job.inspect;
