<?php
// Signs and verifies a batch of documents as a PHP host does: json_decode, the signature's own fields taken out,
// json_encode with default flags, RSA with PKCS#1 v1.5. Reads JSON lines: first the keys, then the documents.
declare(strict_types=1);

function pem(string $label, string $base64): string
{
    return "-----BEGIN $label-----\n" . chunk_split($base64, 64, "\n") . "-----END $label-----\n";
}

$keys = json_decode(fgets(STDIN), true, 512, JSON_THROW_ON_ERROR);
$private = openssl_pkey_get_private(pem('PRIVATE KEY', $keys['private']));
$public = openssl_pkey_get_public(pem('PUBLIC KEY', $keys['public']));
if (!$private || !$public) {
    fwrite(STDERR, "the keys cannot be read\n");
    exit(1);
}

while (($line = fgets(STDIN)) !== false) {
    $case = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    $algorithm = ['sha1' => OPENSSL_ALGO_SHA1, 'sha256' => OPENSSL_ALGO_SHA256][$case['digest']];
    ini_set('serialize_precision', (string) $case['precision']);
    $data = json_decode(base64_decode($case['text'], true), true);
    $written = false;
    if (is_array($data)) {
        unset($data['sign_type'], $data['sign']);
        $written = json_encode($data);
    }
    ini_set('serialize_precision', '-1');
    if ($written === false) {
        echo json_encode(['written' => null]), "\n";
        continue;
    }
    openssl_sign($written, $signature, $private, $algorithm);
    echo json_encode([
        'written' => base64_encode($written),
        'signature' => base64_encode($signature),
        'verified' => openssl_verify($written, base64_decode($case['signature']), $public, $algorithm) === 1,
    ]), "\n";
}
