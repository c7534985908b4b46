/** Option keys by subject, typed reading, defaults, the text of the option table. */
package io.dynamodblake.conf;
