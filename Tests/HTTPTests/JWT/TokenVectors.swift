/// Keys and tokens that python3-jwcrypto made, and those of RFC 7515, appendix A.3. The claims: made at 1,700,000,000, good
/// for five minutes.
enum TokenVectors {
  /// An RSA key `r1` and a key of P-256 `e1`.
  static let keys = #"""
    {"keys": [{"kty": "RSA", "use": "sig", "kid": "r1", "n": "xa0DjIO4rapcoajysLiAzpq1p8a5ELefyYSxCaF4Zx\#
    wWyPZb391ssthIz9wLz5V-FHyoGc1BuvDoL7s1YFSVQ9waPBtAjqFK7S0Y-UCqC9tD_kd6FK1OqgXaunuxDYeUUcfrr-B4b5wmIb\#
    bL5q4IQXySKjDjvFjQDO4KGtWyP6LqaNxMNg1ldzDJ2g8v5uEODC7FTmbQys487B5wlsSjuCGp8VebNhxIt5q8dCzc8d73Ey4Xjo\#
    A5NmT5nv1CaK8L1Po59j9welv6yCyrAcRm6pWrVZBzwjqPM_x-6oc2pfCeTiQ7DZyy0xIRsnNse3EekSsLcIYKkCPzpp6zriRckQ\#
    ", "e": "AQAB"}, {"kty": "EC", "kid": "e1", "crv": "P-256", "x": "LP54cMWuXHk1NuScRB5T5CcPe_AAcUGxsf\#
    fkzRWCK5U", "y": "InID5OE-2DKuTkgkE8TBBuFoQO-182vrekLc6-zbpfg"}]}
    """#

  /// Signed by RS256.
  static let rs256 = #"""
    eyJhbGciOiAiUlMyNTYiLCAia2lkIjogInIxIn0.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgInN1YiI6ICIxIiwgImF1\#
    ZCI6ICJjaGF0IiwgImlhdCI6IDE3MDAwMDAwMDAsICJleHAiOiAxNzAwMDAwMzAwLCAibm9uY2UiOiAibiIsICJlbWFpbCI6ICJh\#
    QGV4YW1wbGUudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.rQN8myzXWQWbfuXtSDvJGzCM9ne5cctTpPAilyOqAaYBRLH\#
    rhbtvwzBLfzJM-Rcj1TM5U9n6vd-3YJYvNIWqY_YtQ1gp4Cl4MWFUnkgDOrePYJO9Td3xWQT3N-E8xbQs1fwzVp-V76nS2FHQf6T\#
    GYl-0eg-VWPgDIjNhql9M6lLQ-O9_v641TkFWDItT847RMpkZUKNn8qzNrPMyARbu8qub2bxYAhKJ60bl4IYQivkZEXM3vrkXHju\#
    oKRBy5ZVP-vYY8sxy8Y7Cok0MuOAAer91IEPo0HzP-K9l1xtXf6b54KzLxei9p-9yC06z5R1mWT10LbmKFIrYoE9nzk35yA
    """#

  /// Signed by PS256.
  static let ps256 = #"""
    eyJhbGciOiAiUFMyNTYiLCAia2lkIjogInIxIn0.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgInN1YiI6ICIxIiwgImF1\#
    ZCI6ICJjaGF0IiwgImlhdCI6IDE3MDAwMDAwMDAsICJleHAiOiAxNzAwMDAwMzAwLCAibm9uY2UiOiAibiIsICJlbWFpbCI6ICJh\#
    QGV4YW1wbGUudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.O_KjIrOTUi5XfSaXBjVzZX94GSZDBofHesxAqO0NQwmsmSt\#
    9Ml4AMkUTV8xQOseCIbrxabUTlp9lmck0xT3eRwxjQ5fL6pGA7s_GuIXFOMf3rqA30vXcVQN8Pd3ZjMtyZrR21cAniWzEpmixUvI\#
    okmZRpPlmrF5XwDhNAqHKEbxE7BmTFMC3xRY0B_XDOtXoCVtgcisR-OBmG5VUH913xcWPA2gBooVrHKTHylqex6XlD-RIJsDLryE\#
    U-UM7PpcHaUBoYB2-yUUOPPnuboAd4g063iss2uAl3UcezLdcxbhWm5kE3VUBFEBgc_nwRnC3rxu90seKCjaagniGHHA2eQ
    """#

  /// Signed by ES256.
  static let es256 = #"""
    eyJhbGciOiAiRVMyNTYiLCAia2lkIjogImUxIn0.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgInN1YiI6ICIxIiwgImF1\#
    ZCI6ICJjaGF0IiwgImlhdCI6IDE3MDAwMDAwMDAsICJleHAiOiAxNzAwMDAwMzAwLCAibm9uY2UiOiAibiIsICJlbWFpbCI6ICJh\#
    QGV4YW1wbGUudGVzdCIsICJlbWFpbF92ZXJpZmllZCI6IHRydWV9.YX-rI3LL286WVXm40wXWSpnn49PUZKYfwbBFZsoOG458AFA\#
    1CQRA0B8MzDoK5k3DVIxkgbr-Dw95gXEn4rfPDw
    """#

  /// 1,024 bits.
  static let weakKey = #"""
    {"kty": "RSA", "n": "u_EHEybn0n22EoLiFqrFNxazAQI1VPJTvlCFFxnBNHUIz7voKzqE6vOEoRX3-4tvQPJPejOrngJGs6H\#
    wW1e79WSwbvB5IBAElWabcm2uUNCkZjz7-5HmPK03g2xo-PrXVcNNbOGXkynWTG1t28MrNFmFC39X507igeC4b9dW9zM", "e": \#
    "AQAB"}
    """#

  /// RFC 7515, appendix A.3.1: its key names no identifier.
  static let rfcKeys = #"""
    {"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\#
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}
    """#

  /// RFC 7515, appendix A.3.1.
  static let rfcToken = #"""
    eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p\#
    c19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-\#
    Kg6NU1Q
    """#
}
