package org.certctl.issuer;

import org.certctl.pki.SerialNumber;
import org.certctl.profile.ApprovedRequest;

/// What an issuer is asked for.
///
/// @param key names the order; the same for every repeat
/// @param serialNumber the serial number to use where the issuer lets us choose
/// @param request what the certificate is to say
public record IssueOrder(String key, SerialNumber serialNumber, ApprovedRequest request) {}
