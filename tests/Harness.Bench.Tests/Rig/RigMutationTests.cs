namespace Harness.Bench.Tests.Rig;

/// <summary>Checks that any text parses to a rig or throws a <see cref="RigFileException"/> with its place: 20,000 mutations of the shipped rig files.</summary>
public sealed class RigMutationTests
{
    private const int Mutations = 20_000;

    private static readonly string[] Tokens =
    [
        "\"", "'", "\\", "\\x", "\\u", "\\U", "\"\\UFFFFFFFF\"", "\"\\ud800\"", "&a ", "*a", "*", "&", "!", "!!int ", "!<", "!<!>", "%YAML 1.2\n", "%TAG ! x\n", "%", "---\n", "...\n", "[", "]",
        "{", "}", ",", "? ", ": ", ":", "- ", "|", "|9\n", ">", "|+1\n", "#", "\t", "\r", "\n", "\0", "\uFEFF", "\u0085", "\u2028", "\uD83D\uDE00", "\uFFFF", "<<: *a\n", "<<: ", "~", "null", "", " ", "  ",
        "1e999", "0x", "-", "99999999999999999999", "1 s", "é", "`", "@", "@a: b\n",
    ];

    [Test]
    public void A_mutated_rig_file_is_a_rig_or_an_error_with_its_place()
    {
        string[] shipped = [.. Directory.EnumerateFiles(Path.Combine(TestEnvironment.Root, "rigs"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        Assert.That(shipped, Has.Length.GreaterThanOrEqualTo(4));
        var random = new Random(20260314);
        var failures = new List<string>();
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var text = Mutate(shipped[i % shipped.Length], shipped, random);
            try
            {
                RigFile.Parse(text, "/bench/rig.yaml");
            }
            catch (RigFileException e)
            {
                refused++;
                if (e.Line < 1 || e.Column < 1)
                {
                    failures.Add($"{i}: no place: {e.Message}");
                }
            }
            catch (Exception e)
            {
                failures.Add($"{i}: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n')[0].Trim()}");
            }
        }

        Assert.That(failures.DistinctBy(f => f[f.IndexOf(' ')..]).Take(8), Is.Empty);
        Assert.That(refused, Is.InRange(Mutations / 4, Mutations - 100), "some must be read, else only the first refusal was tried");
    }

    private static string Mutate(string text, string[] all, Random random)
    {
        var result = new StringBuilder(text);
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var at = random.Next(result.Length + 1);
            var length = Math.Min(random.Next(1, 12), result.Length - at);
            switch (random.Next(6))
            {
                case 0: result.Insert(at, Tokens[random.Next(Tokens.Length)]); break;
                case 1: result.Remove(at, length).Insert(at, Tokens[random.Next(Tokens.Length)]); break;
                case 2: result.Remove(at, length); break;
                case 3 when at < result.Length: result[at] = (char)(result[at] ^ (1 << random.Next(8))); break;
                case 4: result.Length = at; break;
                default:
                    var other = all[random.Next(all.Length)];
                    var from = random.Next(other.Length);
                    result.Insert(at, other.AsSpan(from, Math.Min(random.Next(1, 80), other.Length - from)));
                    break;
            }
        }

        return result.ToString();
    }
}
