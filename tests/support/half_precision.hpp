#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace precipice::testing {

/// The machine's conversions between binary32 and binary16, where there are some.
#if defined(__x86_64__)
inline bool machine_has_half() {
  unsigned a = 0, b = 0, features = 0, d = 0;
  constexpr unsigned f16c = 1U << 29U;  // the name that compilers have for this bit is not the same in all of them
  const bool is_known = __get_cpuid(1, &a, &b, &features, &d) != 0;
  return is_known && (features & f16c) != 0 && __builtin_cpu_supports("avx") != 0;  // also the system keeps registers
}
__attribute__((target("f16c"))) inline std::uint16_t machine_half(float x) {
  return static_cast<std::uint16_t>(_mm_extract_epi16(_mm_cvtps_ph(_mm_set_ss(x), _MM_FROUND_CUR_DIRECTION), 0));
}
__attribute__((target("f16c"))) inline float machine_single(std::uint16_t code) {
  return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(code)));
}
#else
inline bool machine_has_half() { return false; }
inline std::uint16_t machine_half(float) { return 0; }
inline float machine_single(std::uint16_t) { return 0; }
#endif

}  // namespace precipice::testing
