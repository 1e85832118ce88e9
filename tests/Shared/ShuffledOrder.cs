using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

[assembly: Harness.Tests.ShuffledOrder]

namespace Harness.Tests;

/// <summary>
/// Runs namespaces, fixtures and tests of the assembly in the order that the seed in the environment variable HARNESS_TEST_ORDER gives,
/// so that a test that stands on one before it is found. Without a seed the order is the framework's own.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class ShuffledOrderAttribute : NUnitAttribute, IApplyToTest
{
    public const string Variable = "HARNESS_TEST_ORDER";

    /// <inheritdoc/>
    public void ApplyToTest(Test test)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } seed)
        {
            Shuffle(test, seed);
        }
    }

    /// <summary>The place of a test in the order of a seed: the same in every process.</summary>
    public static int PlaceOf(string test, string seed) =>
        BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(seed + "\n" + test))) & int.MaxValue;

    /// <summary>Gives every test below a suite its place among its siblings.</summary>
    public static void Shuffle(ITest suite, string seed)
    {
        foreach (var test in suite.Tests)
        {
            test.Properties.Set(PropertyNames.Order, PlaceOf(test.FullName, seed));
            Shuffle(test, seed);
        }
    }
}
