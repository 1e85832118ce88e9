namespace Harness.Bench.Tests.Protocol;

public class ProtocolFormatTests
{
    [Test]
    public void The_checksum_is_CCITT_FALSE() => Assert.That(Crc16.Of("123456789"u8), Is.EqualTo(0x29B1));

    [Test]
    public void The_appended_checksum_is_stripped_again()
    {
        var line = Crc16.Append("7 OK t=1"u8);
        Assert.Multiple(() =>
        {
            Assert.That(Crc16.TryStrip(line, out var body), Is.True);
            Assert.That(Encoding.ASCII.GetString(body), Is.EqualTo("7 OK t=1"));
        });
    }

    [TestCase("7 OK t=1")]
    [TestCase("7 OK t=1 *")]
    [TestCase("*29b1")]
    [TestCase("123456789 *29B1")]
    [TestCase("123456789 *29b2")]
    [TestCase("123456789*29b1")]
    [TestCase("")]
    public void A_missing_wrong_or_upper_case_checksum_is_no_checksum(string line) =>
        Assert.That(Crc16.TryStrip(Encoding.ASCII.GetBytes(line), out _), Is.False);

    [TestCase("65536 OK t=1")]
    [TestCase("07 OK t=1")]
    [TestCase("-1 OK t=1")]
    [TestCase("7 YES t=1")]
    [TestCase("7 ERR")]
    [TestCase("7")]
    [TestCase("7 OK t")]
    [TestCase("7 OK a=1 a=2")]
    [TestCase("7 OK a=\u0007")]
    public void A_line_with_a_checksum_and_another_shape_is_no_reply(string body) =>
        Assert.That(BoardReply.TryParse(Crc16.Append(Encoding.ASCII.GetBytes(body)), out _), Is.False);

    [Test]
    public void A_reply_is_parsed_into_its_values()
    {
        Assert.That(BoardReply.TryParse(Crc16.Append("12 OK X=0a0b data= t=99"u8), out var ok));
        Assert.That(BoardReply.TryParse(Crc16.Append("0 ERR FORMAT no words here"u8), out var error));
        Assert.Multiple(() =>
        {
            Assert.That((ok!.Seq, ok.IsOk, ok.Ticks), Is.EqualTo((12, true, (long?)99)));
            Assert.That(ok.Values["data"], Is.Empty);
            Assert.That((error!.Seq, error.IsOk, error.Code, error.Description, error.Ticks), Is.EqualTo((0, false, "FORMAT", "no words here", (long?)null)));
        });
    }

    [TestCase("5 PROVISION client=61 server=62 group=p256 profile=rfc6628 pw=736563726574 *abcd",
        "5 PROVISION client=61 server=62 group=p256 profile=rfc6628 pw=<redacted 6> *----")]
    [TestCase("5 SEED seed=00112233 *abcd", "5 SEED seed=<redacted 4> *----")]
    [TestCase("5 AUG.INIT x=0011 *abcd", "5 AUG.INIT x=<redacted 2> *----")]
    [TestCase("5 FOO key=00 PW=0011 *abcd", "5 FOO key=<redacted 1> PW=<redacted 2> *----")]
    [TestCase("5 KEY.PUT kind=sk data=0011 *abcd", "5 KEY.PUT kind=sk data=<redacted 2> *----")]
    [TestCase("5 KEY.PUT kind=raw bits=80 data=0011 *abcd", "5 KEY.PUT kind=raw bits=80 data=<redacted 2> *----")]
    [TestCase("5 KEY.PUT data=0011 kind=raw bits=80 *abcd", "5 KEY.PUT data=<redacted 2> kind=raw bits=80 *----")]
    [TestCase("5 KEY.PUT kind=wrap bits=80 data=0011 *abcd", "5 KEY.PUT kind=wrap bits=80 data=0011 *abcd")]
    [TestCase("5 OK X=0011 t=4 *abcd", "5 OK X=0011 t=4 *abcd")]
    [TestCase("5 SEAL data=0011 *abcd", "5 SEAL data=0011 *abcd")]
    [TestCase("5 TOKEN op=take kind=authorization topic=6c token=0011 *abcd", "5 TOKEN op=take kind=authorization topic=6c token=<redacted 2> *----")]
    [TestCase("5 SCRAM.STEP sasl=0011 *abcd", "5 SCRAM.STEP sasl=<redacted 2> *----")]
    [TestCase("5 OK sasl=0011 t=4 *abcd", "5 OK sasl=<redacted 2> t=4 *----")]
    [TestCase("5 OK token=0011 t=4 *abcd", "5 OK token=<redacted 2> t=4 *----")]
    [TestCase("5 OK what=create status=0 topic=6c authentication=0011 authorization=2233 t=4 *abcd", "5 OK what=create status=0 topic=6c authentication=0011 authorization=2233 t=4 *abcd")]
    public void Secrets_are_taken_out_with_the_checksum_that_would_tell_of_them(string line, string kept) =>
        Assert.That(Redaction.Line(Encoding.ASCII.GetBytes(line)), Is.EqualTo(kept));

    [Test]
    public void A_mangled_echo_of_a_password_is_not_kept()
    {
        var kept = Redaction.Garbage("5 PROVISION qw=70617373776f7264313233 *abcd"u8);
        Assert.That(kept, Does.Not.Contain("70617373").And.Contain("<redacted 11>"));
    }

    [Test]
    public void Unprintable_bytes_are_kept_as_hex()
    {
        Assert.That(Redaction.Line([0x41, 0x00, 0xFF, 0x1B]), Is.EqualTo(@"A\x00\xff\x1b"));
    }
}
