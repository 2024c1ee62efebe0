import Connectors
import Core
import Cryptography
import JSON

/// An account at PayPlus, and what PayPlus would write to it.
enum PayPlusFixture {
    static let key = "throwaway-api-key-0123456789abcdefABCDEF"
    static let now = Timestamp(seconds: 1_640_995_380)
    static let qr = "00020101021229370016A000000677010111011300668123456785802TH530376454071000.006304AB10"
    static let written: JSONObject = [
        "baseURL": "https://payplus.example/api/v1", "merchantId": "testmerchant", "apiKey": .string(key),
    ]

    static func connector(_ more: JSONObject = [:]) throws -> PayPlusConnector {
        var written = written
        for (name, value) in more.members { written[name] = value }
        return try PayPlusConnector(settings: settings(PayPlusConnector.self, written))
    }

    static func payment(
        _ method: PaymentMethod = .thbQR, minor: Int64 = 1000_00, reference: String = "MERCHANT20241009001"
    ) -> Payment {
        var person = Counterparty()
        person[.name] = "John Doe"
        person[.bankCode] = "SCB"
        person[.accountNumber] = "987-654-3210"
        return Payment(
            reference: reference, method: method, amount: Money(minor: minor, .thb), counterparty: person,
            callbackURL: "https://yourdomain.com/api/payment/deposit-callback")
    }

    static func deposit(_ changes: JSONObject = [:]) -> JSON {
        var data: JSONObject = [
            "merchantId": "testmerchant", "referenceId": "DP1640995200ABC123",
            "transactionId": "MERCHANT20241009001", "status": "pending", "amount": 1000,
            "depositAmount": 1000,
            "qrcode": .string(qr), "url": "https://pay.example.com/?ref=DP1640995200ABC123",
            "bankAccountNumber": "1234567890", "bankAccountName": "Platform Bank Account",
            "bankName": "KBANK",
            "promptpayNumber": "0812345678", "expireDate": "2024-01-01T12:05:00.000Z", "is_api": true,
            "customerData": ["bankAccountNumber": "9876543210", "bankName": "SCB", "name": "John Doe"],
        ]
        for (name, value) in changes.members { data[name] = value }
        return ["status": "success", "message": "Create Success", "data": .object(data)]
    }

    static func order(_ status: String, _ changes: JSONObject = [:]) -> JSON {
        var data: JSONObject = [
            "order_no": "WD1640995200XYZ789", "agent_order_no": "MERCHANT20241009001", "amount": 1000,
            "fee": 15,
            "transfer_amount": 985, "status": .string(status),
        ]
        for (name, value) in changes.members { data[name] = value }
        return ["code": 200, "message": "Success", "data": .object(data)]
    }

    static func error(_ code: Int64, _ message: String) -> JSON {
        ["status": "error", "message": .string(message), "code": .int(code)]
    }

    static func news(_ changes: JSONObject = [:]) -> JSONObject {
        var news: JSONObject = [
            "order_no": "DP1640995200ABC123", "agent_order_no": "unique_transaction_id", "type": "deposit",
            "amount": 1000, "fee": 5, "transfer_amount": 995, "actual_amount": 995, "status": "completed",
            "timestamp": "1640995380",
        ]
        for (name, value) in changes.members { news[name] = value }
        return news
    }

    static func signed(_ message: JSONObject, key: String = key) -> JSON {
        var message = message
        let claims = JSON.object(message).javaScript(sortedKeys: true)
        message["signature"] = .string(JWT.sign(payload: claims, key: HMAC.Key(Array(key.utf8))))
        return .object(message)
    }
}
