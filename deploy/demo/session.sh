# 1. A token for the demo app, good for 15 minutes
. .local/demo.env
TOKEN=$(curl -sS "$CAUSEWAY_URL/v1/auth/generate-token/$CAUSEWAY_APP_ID" -d "accessKey=$CAUSEWAY_ACCESS_KEY" -d "secretKey=$CAUSEWAY_SECRET_KEY" | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
api() { curl -sS -H "Authorization: Bearer $TOKEN" "$@"; echo; }

# 2. The currencies, and how Thai baht can be moved
api "$CAUSEWAY_URL/v1/currencies"
api "$CAUSEWAY_URL/v1/THB/payment-methods"

# 3. A customer pays 1000 THB: the answer has the PromptPay code, the exact amount, the hosted page and the expiry
ORDER=$(api "$CAUSEWAY_URL/v1/transaction" -d currencyId=THB -d paymentMethodId=THB_QR -d amount=1000 -d "referenceNumber=invoice-$(date +%s)" -d "counterparty[name]=Somchai+Jaidee" -d "counterparty[bankCode]=KBANK" -d "counterparty[accountNumber]=1234567890"); echo "$ORDER"
PAYIN=$(echo "$ORDER" | sed 's/.*"txnId":"\([^"]*\)".*/\1/')

# 4. The sandbox's customer scans the code and pays; the order has succeeded
curl -sS "$SANDBOX_URL/_sandbox/pay" --json "{\"qr\":$(echo "$ORDER" | sed 's/.*"qrCode":\("[^"]*"\).*/\1/')}"; echo
sleep 2; api "$CAUSEWAY_URL/v1/transaction/txnId/$PAYIN"

# 5. Pay out 500 KES by M-Pesa, and again to somebody who cannot be paid: one succeeds, one says why not
payout() { api "$CAUSEWAY_URL/v1/transaction" --json "{\"currencyId\":\"KES\",\"paymentMethodId\":\"KES_EWALLET\",\"amount\":\"$1\",\"referenceNumber\":\"payout-$(date +%s%N)\",\"counterparty\":{\"name\":\"John Doe\",\"bankCode\":\"0001\",\"accountNumber\":\"254712345678\",\"phone\":\"254712345678\",\"email\":\"john.doe@example.com\",\"userId\":\"customer-7\"}}"; }
PAID=$(payout 500 | sed 's/.*"txnId":"\([^"]*\)".*/\1/')
payout 500.02
sleep 3; api "$CAUSEWAY_URL/v1/transaction/txnId/$PAID"

# 6. Everything so far, newest first, and the history of the first order
api "$CAUSEWAY_URL/v1/transaction?limit=10"
api "$CAUSEWAY_URL/v1/transaction/txnId/$PAYIN/events"
