namespace Harness.Crypto.Tests.AugPake;

public sealed class PasswordTests
{
    [TestCase("password")]
    [TestCase("päss wörd")]
    [TestCase(" ~!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}")]
    [TestCase("Straße")]
    [TestCase("Ελλάδα")]
    [TestCase("пароль")]
    [TestCase("密码パスワード")]
    [TestCase("한국어")]
    [TestCase("€uro")]
    [TestCase("\u05e9\u05dc\u05d5\u05dd 12 \u05e2\u05d5\u05dc\u05dd")]
    [TestCase("\u0627\u0644\u0633\u0631")]
    public void A_password_that_SASLprep_leaves_alone_is_its_UTF8(string password) =>
        Assert.That(Password.Prepare(password), Is.EqualTo(Encoding.UTF8.GetBytes(password)));

    [TestCase("pa\u0308ss", TestName = "Decomposed is refused")]
    [TestCase("\ufb01sh", TestName = "A ligature is refused")]
    [TestCase("\uff21bc", TestName = "A full-width letter is refused")]
    [TestCase("x\u00b2", TestName = "A superscript is refused")]
    [TestCase("\u212b", TestName = "The angstrom sign is refused")]
    [TestCase("a\u00a0b", TestName = "A no-break space is refused")]
    [TestCase("a\u1680b", TestName = "An ogham space is refused")]
    [TestCase("a\u00adb", TestName = "A soft hyphen is refused")]
    [TestCase("a\u200bb", TestName = "A zero-width space is refused")]
    [TestCase("a\u200eb", TestName = "A direction mark is refused")]
    [TestCase("a\ufeffb", TestName = "A byte order mark is refused")]
    [TestCase("a\ufffdb", TestName = "The replacement character is refused")]
    [TestCase("\ue000", TestName = "Private use is refused")]
    [TestCase("a\u05d0", TestName = "Right-to-left after left-to-right is refused")]
    [TestCase("\u05d0a\u05d1", TestName = "Right-to-left around left-to-right is refused")]
    [TestCase("\u05d0\u05d1 1", TestName = "Right-to-left that ends otherwise is refused")]
    [TestCase("\u05d0\u00e4\u05d1", TestName = "Right-to-left with an umlaut is refused")]
    [TestCase("\ufb2a", TestName = "A Hebrew presentation form is refused")]
    [TestCase("\u1100\u1161", TestName = "Conjoining jamo are refused")]
    [TestCase("\U0001F600", TestName = "A character after Unicode 3.2 is refused")]
    [TestCase("\U000E0001", TestName = "A tag character is refused")]
    [TestCase("a\u0000b", TestName = "NUL is refused")]
    [TestCase("a\tb", TestName = "A tab is refused")]
    [TestCase("a\u007fb", TestName = "DEL is refused")]
    [TestCase("a\u0085b", TestName = "A C1 control is refused")]
    [TestCase("", TestName = "An empty password is refused")]
    public void A_password_that_SASLprep_would_change_or_prohibit_is_refused(string password) =>
        Assert.That(() => Password.Prepare(password), Throws.ArgumentException);

    [Test]
    public void Half_a_surrogate_pair_is_refused() =>
        Assert.That(() => Password.Prepare("a" + (char)0xD83D), Throws.ArgumentException);

    [Test]
    public void The_refusal_names_the_position_and_not_the_password()
    {
        var e = Assert.Throws<ArgumentException>(() => Password.Prepare("hunter2\u00a0x"));
        Assert.That(e!.Message, Does.Contain("position 8").And.Not.Contain("hunter2"));
    }

    [Test]
    public void The_table_rises_and_ranges_do_not_touch()
    {
        Check(PasswordCharacters.Ranges);
        Check(PasswordCharacters.RightToLeft);
    }

    private static void Check(ReadOnlySpan<int> ranges)
    {
        for (var i = 0; i < ranges.Length; i += 2)
        {
            Assert.That(ranges[i], Is.LessThanOrEqualTo(ranges[i + 1]));
            Assert.That(i == 0 ? 0x7F : ranges[i - 1] + 1, Is.LessThan(ranges[i]));
        }
    }
}
