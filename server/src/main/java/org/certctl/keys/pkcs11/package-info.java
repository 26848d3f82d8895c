/// Private keys on PKCS #11 tokens (OASIS PKCS #11 v2.40): naming them, using them, and coping with
/// tokens that go away and come back.
@NullMarked
package org.certctl.keys.pkcs11;

import org.jspecify.annotations.NullMarked;
