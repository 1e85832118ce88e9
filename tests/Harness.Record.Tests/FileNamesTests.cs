namespace Harness.Record.Tests;

public sealed class FileNamesTests
{
    [TestCase("m4", "m4")]
    [TestCase("my_board", "my_board")]
    [TestCase("features/handshake/login.feature:12", "features_handshake_login.feature_12")]
    public void A_plain_name_stays_readable(string name, string expected) => Assert.That(FileNames.Of(name), Is.EqualTo(expected));

    [Test]
    public void Two_names_never_share_a_file()
    {
        string[] names =
        [
            "Tä.feature:3", "Tö.feature:3", "T_.feature:3", "T/.feature:3", "a/b.feature:1", "a_b.feature:1", "a b.feature:1", "a:b.feature:1", "a/b.feature/1", "a_b.feature_1",
            "m4", "m 4", "m/4", "m_4", "M4", "..", ".", "", "/", "../a:1", "a\nb", "a\u001bb", "日本", "日木",
        ];
        Assert.That(names.Select(FileNames.Of), Is.Unique);
        Assert.That(names.Select(FileNames.Of), Has.All.Match(@"^[A-Za-z0-9._-]+$").And.None.Match(@"^\.*$"));
    }

    [Test]
    public void A_long_name_is_cut_and_stays_another_than_its_like()
    {
        var names = Enumerable.Range(0, 50).Select(i => $"{new string('x', 300)}/{i}.feature:1").Append(new string('ä', 4000)).ToList();
        Assert.That(names.Select(FileNames.Of), Is.Unique);
        Assert.That(names.Select(n => Encoding.UTF8.GetByteCount(FileNames.Of(n))), Has.All.AtMost(FileNames.MaximumLength));
        Assert.That(FileNames.Of("m 4"), Is.EqualTo("m_4-f10680340dbb"), "the same in every run");
    }
}
