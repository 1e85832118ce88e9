using System.Numerics;
using System.Runtime.CompilerServices;

namespace Harness.Bench.Measuring;

/// <summary>
/// Reference workloads for <see cref="ReferenceWorkload"/>. Other load on the same core slows a multiplier that both use by a third and a
/// chain of logic hardly at all, so each operation names the workload of similar instructions.
/// </summary>
/// <remarks>A workload never changes; a changed one gets a new name, and baselines with different names are compared without it.</remarks>
public static class ReferenceWorkloads
{
    /// <summary>Products of 64-bit words summed up with carries, over 512 bytes, as in group operations.</summary>
    public const string Product = "product-16x16-words";

    /// <summary>A chain of and, xor and rotations in registers, as in ciphers.</summary>
    public const string Logic = "logic-4-words-64-rounds";

    /// <summary>SHA-512 of 55 bytes by the platform's cryptography, where most of the time is the call around the hash.</summary>
    public const string PlatformCall = "platform-sha512-55-bytes";

    private const int Limbs = 16;
    private const int Rounds = 64;

    /// <summary>Gets a workload by its name.</summary>
    internal static Action Of(string kind)
    {
        if (kind == Logic)
        {
            var state = new ulong[] { 0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89 };
            return () => Mix(state);
        }

        if (kind == PlatformCall)
        {
            var (data, hash) = (new byte[55], new byte[64]);
            return () => SHA512.HashData(data, hash);
        }

        var (factor, other, product) = (new ulong[Limbs], new ulong[Limbs], new ulong[2 * Limbs]);
        for (var i = 0; i < Limbs; i++)
        {
            (factor[i], other[i]) = (0x9E3779B97F4A7C15UL * (ulong)(i + 1), 0xC2B2AE3D27D4EB4FUL * (ulong)(i + 3));
        }

        return () => Multiply(factor, other, product);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Mix(ulong[] state)
    {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        for (var i = 0; i < Rounds; i++)
        {
            a ^= b & ~c;
            d ^= BitOperations.RotateLeft(a, 13);
            b ^= c | d;
            c = BitOperations.RotateLeft(c ^ a, 29) ^ (d & 0x00FF00FF00FF00FF);
        }

        (state[0], state[1], state[2], state[3]) = (a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(ulong[] factor, ulong[] other, ulong[] product)
    {
        Array.Clear(product);
        for (var i = 0; i < Limbs; i++)
        {
            ulong carry = 0;
            for (var j = 0; j < Limbs; j++)
            {
                var high = Math.BigMul(factor[i], other[j], out var low);
                low += carry;
                carry = high + (low < carry ? 1UL : 0);
                var sum = product[i + j] + low;
                carry += sum < low ? 1UL : 0;
                product[i + j] = sum;
            }

            product[i + Limbs] = carry;
        }
    }
}
