//! Keys made for these tests and used nowhere else: private halves sign, public halves stand in the test's DNS.

/// An RSA key of that many bits: private half as PKCS #1, public half as SubjectPublicKeyInfo, both in base64.
pub(crate) struct RsaPair {
    pub(crate) private: &'static str,
    pub(crate) public: &'static str,
}

/// 2048 bits.
pub(crate) const RSA_2048: RsaPair = RsaPair {
    private: "\
        MIIEogIBAAKCAQEAxCZJyheKwXYlaI0ndSAfjbx50pgsQa/uG2LSHgRxlMweintYsjSqeVZmi3Z306s7JEDr0TUMgmrNdq2rULTf\
        HUZ7XzlhmgZq126ariHVkg2rx6QB3qrSzUMGLVfFyKKd6S1E2d2xZvWOH9IVFCbGwhxerfY9wCEsESFEop15LGpxjSpW39IebnSl\
        torOWbOPl+CddbzD47gaZP/V6302+FmT9DEk3dDOwE2hzl6jaF4w+bQmyLxSJbMR2Lltg2frdZ9/2DVAkzd1RPZ5zXqG58KAH+2n\
        N+LilWFt0WdlliuQHFQvMxaf+5tEjiwjBM5qZRAf1uDPXpqBj8cUwsWI4wIDAQABAoIBAAthFULOHtSeYAkytylKVcpJNuAKx/Z/\
        mFaqYvou09AID3WFNl4QRBuJ8aUBmG4FLwcpZQTcCP+/5m+OH7Qs6gyuvBWIJKtk1+nrlrmnaNZySJbqYtliG5yg2MjkoKrFFFgk\
        sivZeqM4d6hM7cAfh8RXFP8OnAJ7ai0MOwkcDZ2P7RIVFV2O+00mdLGTSxrC6BZ4ZwzJcsNuUrX0O2SCWKUHtSB2MkCd4EtriHzq\
        WS/sqRzgWA9VLnZq1Spw9wSt3J3GJKe2lEpvRT+u2Ghu3irRXtbQttMeGRa2fec7HKhFWlO4CI7zVYpcqUFZJNAtWZtc9nORCPvi\
        7QaVe4HEL+ECgYEA/zVplKA6DkrGvtMJvAqT2Hd9NporHNIXpLZ66A+3Fp4TzRRw/OIVItERPN3D5XT1JYOJ4sm20cQ64+xtntQH\
        RzaKpT1avIihrLVNaYwNY/riDBfTfIbvlL67FTp6hUjaHIINIXui6iCzOsY/pbytUetQ/zmpxmV2+bjEhcGutbkCgYEAxMH+eRTh\
        qtyXjtCm3eua4KVFRNd+1GRfiolJuFigehUH0ee90ZuSq/teESW9v4xmr4QSgFkqAn69SoVnC9juFpoy/X44paO61oCSTH/1yC59\
        fzJIYaVxEXQaQIDFj629Amk8IIDrZTXtUOJKnCp95R6sjlTMnKPEQqeSx51SgXsCgYB4zKJ+LF1umGx8tM39yQ/0PZLyPoU7riJs\
        38dLguzJ8ucygoN839LbWRSMt/fa68KCEEI7K/myTu0FJ8s3i+sqBSIZVvJVHWNRqbvLwvQvp/hJexmq7wAGa0WIpdaKslIzfkeS\
        2r/hjLrpjh9gZu+vP/Bl7rhy5WIskA3NtkDpWQKBgCTEt+A6pb0/Qdc/aJ96AtROLjaiKqJYK36BD1SywzJtMavpKZC9CNi4vaho\
        rB/ahenwvWBcyTv0IT2G1m3hWQTCRhsW9lEF2slw92XyV6TUA0G8zMfqmcmQL8O0DLc/2V1U+xZ74QFl5XZDA3xReHtTkx15/U6c\
        T/XAyO4imSN3AoGAAcmIgS2Qx6tPGMgkMClMtsYg+IARyftK8KN5a4h2qZWMHLUcM/Ks4oK/VrArtzLLMEvX0u3vxN+7lnZGQElb\
        AGSdc0SkWFUaq7yh0dR1ok4eb92lgZ2fEKu5urszsGUyasd4GTO77ZZEWuN4VL7hN2l3NrRonLqSpMr8vy1Z6R4=",
    public: "\
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxCZJyheKwXYlaI0ndSAfjbx50pgsQa/uG2LSHgRxlMweintYsjSqeVZm\
        i3Z306s7JEDr0TUMgmrNdq2rULTfHUZ7XzlhmgZq126ariHVkg2rx6QB3qrSzUMGLVfFyKKd6S1E2d2xZvWOH9IVFCbGwhxerfY9\
        wCEsESFEop15LGpxjSpW39IebnSltorOWbOPl+CddbzD47gaZP/V6302+FmT9DEk3dDOwE2hzl6jaF4w+bQmyLxSJbMR2Lltg2fr\
        dZ9/2DVAkzd1RPZ5zXqG58KAH+2nN+LilWFt0WdlliuQHFQvMxaf+5tEjiwjBM5qZRAf1uDPXpqBj8cUwsWI4wIDAQAB",
};

/// 1024 bits.
pub(crate) const RSA_1024: RsaPair = RsaPair {
    private: "\
        MIICXQIBAAKBgQDFv5HLFF6Ie/Mg+t18DDt/oPIfUy7RKvbvGJHv72pR0X07Yng4G9cD1HjsIm5r+MgsA3vHVWiqY0O1rlD/MDZC\
        0mRQ+9p/3BMBeHPQY6sRAnuxWC3eFHhfoa87rg/88+pifNE4Z0H1ktO/+LlGP5DGZF9cWgpl4bXdlBVWcgpqnQIDAQABAoGBAJkm\
        GH+zMtN5S37LSyV7Q8lAmMPx5FxSbhQWb0/nl+vt1pNbW8f4p7lroIsgz2wHrN+Jgx+J4hmz7wiSDGDWse4JcuwbogmvDBucvvLI\
        TSwXOqU0EAi8fNhZygjfSM5zKWNVjcoUYBhRP1USHk7E781+7wQzdaqIGiNX0fDMuY5xAkEA7nBU74TU9AxlePxlcUkztnZlGHxY\
        R6OJMBZPG+zQHU8vgcobkTcnm5B4Uu0mJr1mNAfl99443TbV7ztiPhORWwJBANRQCPeqJ1cKIGbe0RissP2gj+blsOlPehwfzOjh\
        mQloWH28U3BUTGVCKJdQnB3BbY0QKyN6xHZHkltod3fM/WcCQBBqa26SFpc2w0WxGsrR312QiSVGak2EVM2au5eQlkNuUDb/UyaM\
        RY3QRHhxG09PetnaMVr/UarpO5Fc5Uag0kECQQCeQcZdbg0C+T5rz70G6nrHo26Ai0gSsTZxTlb8ZGUhuRD1MHL1sTB87hK5r9Ge\
        8HbLhnjRaoqVLAZxcm5S848TAkBZAE7OIf0OVfkJV7iXVzjxRRHoiI+kRv0JsCKQScJxJQBA3y1T9gbqm5v4H/j3/E+s2GTvOmVF\
        4asjMIRwQXfn",
    public: "\
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDFv5HLFF6Ie/Mg+t18DDt/oPIfUy7RKvbvGJHv72pR0X07Yng4G9cD1HjsIm5r\
        +MgsA3vHVWiqY0O1rlD/MDZC0mRQ+9p/3BMBeHPQY6sRAnuxWC3eFHhfoa87rg/88+pifNE4Z0H1ktO/+LlGP5DGZF9cWgpl4bXd\
        lBVWcgpqnQIDAQAB",
};

/// 768 bits.
pub(crate) const RSA_768: RsaPair = RsaPair {
    private: "\
        MIIBygIBAAJhANE7xK/1IRZ7+ELRlt+LLWLqJqd8kP5QpR5o1lbRKn8I7ohNEAsgdmOsqr8unmRFBbZXTPeRkMrobNMrnLAg4vsp\
        Z71wqA0yCVyT3yo1LraVVFEoREUOhQqFPoJS7dMOYQIDAQABAmA3GrKWVMy+CzA7CM/fV9xALMK5YYkeMUcLVzj77GJwyn1n0EPl\
        aktDvPnLGBAHAFYilKSWjzGqAbUv8UxNiqRN8ryNA4/yC9YHzYSkMQb1ymqlSeE81HY3e9/8Pm+HcEECMQD4f470Yugar7oQ14Ff\
        //Qq3oTpv3InluqTWwKixP00SSt72ZLTZQZN/AaETdJm2PUCMQDXjMOZ4OBwVamJ7h5L7phsZgVrNs2D5WXOkX2japHgA+RBKGOf\
        +NSk5HkSv7JibD0CMAWHQPTq5mMBmdAaG0S5ewMhJC/XFIEQ+HMCyVI5s7BgGFmPA5c0XimJ+9MhsBadqQIxAIVP7SX9vDId+PZy\
        zFAgKCtayd0ujtsVhOrGdxMb9U68eW6HIV6uUi4NlIgxAY337QIwez6tn3QAnZCSSm2iPVZHTFY+ye81Zr6n+hbQIwrGLPYSujna\
        RnBfPalgsRVUfXrG",
    public: "\
        MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhANE7xK/1IRZ7+ELRlt+LLWLqJqd8kP5QpR5o1lbRKn8I7ohNEAsgdmOsqr8unmRFBbZX\
        TPeRkMrobNMrnLAg4vspZ71wqA0yCVyT3yo1LraVVFEoREUOhQqFPoJS7dMOYQIDAQAB",
};

/// Ed25519: the seed of the private half, any 32 bytes.
pub(crate) const ED25519_SEED: [u8; 32] = *b"gosanke signs only its own tests";
