/** Lines of Ion text to lines of DynamoDB JSON, and items to Ion text; alone knows ion-java. */
package io.dynamodblake.ion;
